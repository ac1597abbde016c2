function main(): void {
    const a: number = 1;
    { const b = await a as number; }
}
