const a: number = 1; function main(): never { throw new Error(`${a}`); }
