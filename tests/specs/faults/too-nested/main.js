const deep = [[[[[[1]]]]]];
function main() {}
