// ends: success | user
// empties the array during the sort
function main() {
    const list = Array.from({length: 400}, (_, i) => 400 - i);
    list.sort((a, b) => { list.length = 0; list[1000] = a; return a - b; });
    return list.length;
}
