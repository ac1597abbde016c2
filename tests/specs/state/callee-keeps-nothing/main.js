const maker = arguments.callee;
maker.kept = (maker.kept || 0) + 1;
maker.prototype.kept = (maker.prototype.kept || 0) + 1;
function main() {
    return [maker.kept, maker.prototype.kept];
}
