export async function writeProofs() {}
