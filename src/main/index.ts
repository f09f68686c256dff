/** The main process has no importers; its entry is main.ts. */
export {};
