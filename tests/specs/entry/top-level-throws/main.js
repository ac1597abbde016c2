const x = 1;
throw new RangeError('at the top');
function main() {}
