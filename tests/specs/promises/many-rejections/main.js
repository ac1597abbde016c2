async function main() {
    for (let number = 1; number <= 20; number++) {
        Promise.reject(number);
    }
    return 'fine';
}
