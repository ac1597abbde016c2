function main(): void {}
enum Size { Small }
// found:
// 2:1-2:2 error COMPILE_ERROR: `enum` is not available: write `const Name = { First: 1, Second: 2 } as const`
