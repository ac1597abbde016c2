// Each class has separate private names: also if it replaces another one, or if its definition fails halfway.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
class Given { constructor(object) { return object; } }
function brand() { return class extends Given { #is = 1; static is(object) { return #is in object; } }; }
function method() { return class extends Given { #is() {} static is(object) { return #is in object; } }; }
function accessor() { return class extends Given { get #is() { return 1; } set #is(value) {} static is(object) { return #is in object; } }; }
function foreign(make) {
    const others = [];
    for (let i = 0; i < 2000; i++) { const Old = make(); const object = {}; new Old(object); others.push(object); }
    let wrong = 0;
    for (let i = 0; i < 300; i++) { const Fresh = make(); for (const object of others) if (Fresh.is(object)) wrong++; }
    return wrong;
}
class Outer {
    #x = 7;
    static #count = 0;
    broken() {
        const seen = [];
        for (let i = 0; i < 3; i++) {
            try { class Inner { #x = 1; #y; static { throw new Error('half made'); } } } catch (error) { seen.push(error.message); }
            seen.push(this.#x++, ++Outer.#count);
        }
        return seen;
    }
    inValue() { const f = (a, b) => [a, b]; return attempt(() => f(this.#x, class { #x; [(() => { throw new TypeError('name'); })()]; })) + this.#x; }
    *between() { class Inner { #x = 1; [yield 1] = 2; static { this.read = object => #x in object; } } yield Inner.read(this); }
    ended() { const steps = this.between(); steps.next(); steps.return(); return this.#x; }
    nested() { return class { #x = 'inner'; read(object) { return #x in object; } static make() { return class { #y = 1; both(object) { return [#x in object, #y in object]; } }; } }; }
}
function main() {
    const outer = new Outer(), Nested = outer.nested(), Other = outer.nested(), Both = Nested.make();
    return [
        [brand, method, accessor].map(foreign), outer.broken(), outer.inValue(), [...outer.between()], outer.ended(),
        [new Nested().read(new Nested()), new Nested().read(new Other()), new Nested().read(outer)],
        [new Both().both(new Nested()), new Both().both(new Both()), new (Other.make())().both(new Both())],
        attempt(() => { const C = class { static #own = 1; static m() { return this.#own; } }; return [C.m(), attempt(() => (class extends C {}).m())]; }),
        attempt(() => { const One = brand(), Two = brand(), object = {}; new One(object); new Two(object); return [One.is(object), Two.is(object), attempt(() => new One(object))]; }),
    ];
}
