function main() { null.x; }
