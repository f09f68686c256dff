/** A process that only stays. */
setInterval(() => undefined, 2 ** 30);
