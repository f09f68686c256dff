/** Does `change` to the file while nobody else does. @throws ToolError when others do not end, and what `change` throws */
export function alone<Value>(path: string, change: () => Value): Promise<Value>;
