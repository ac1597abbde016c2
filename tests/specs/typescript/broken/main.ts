function main(amount: number): number {
    const twice: number = amount *;
    return twice;
}
