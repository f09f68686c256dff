export function helperProblem(helper: string, uid: number): string | undefined;
