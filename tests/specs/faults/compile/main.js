function main() {
    const a = ;
}
