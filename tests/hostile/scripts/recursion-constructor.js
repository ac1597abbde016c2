// ends: stack | memory | timeout | user
// a field whose value is the next one
function main() {
    class Doll { inner = Reflect.construct(Doll, []); }
    return new Doll();
}
