async function main() {
    return missing.name;
}
