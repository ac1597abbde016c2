function main() {
    setTimeout(() => console.log('never'), 0);
    return 'done';
}
