// ends: memory | success | timeout
// parses a table of millions of empty columns
function main() {
    return utils.csv.parse(','.repeat(2 ** 22) + '\n' + ','.repeat(2 ** 22)).length;
}
