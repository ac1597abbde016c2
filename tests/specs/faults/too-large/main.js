function main() { return 'a source of more than forty bytes'; }
