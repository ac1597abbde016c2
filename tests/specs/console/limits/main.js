function main() {
    console.log('x'.repeat(100));
    for (let i = 0; i < 5; i++) console.log('line ' + i);
    return 'goes on';
}
