// нет 𝒳
interface Price<T> {
    of: T;
}
function main(): void {
    const price = { of: "𝒳" } as Price<string>; throw new RangeError(`${price.of} is none` as string);
}
