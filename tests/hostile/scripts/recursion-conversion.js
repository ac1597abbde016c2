// ends: stack | memory | timeout | user
// a value whose primitive is itself
function main() {
    const value = {[Symbol.toPrimitive]() { return Number(value); }};
    return value * 2;
}
