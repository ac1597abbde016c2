// The meaning of `super` in fields and private elements of classes, on the object and on the class.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
class Base { who() { return 'base'; } static who() { return 'static base'; } get v() { return 'v'; } static get v() { return 'static v'; } }
class A extends Base {
    x = super.who?.(); y = () => super.who() + super.v; z = [super['who'](), typeof super.none];
    #p = super.who(); p() { return this.#p; }
    #m() { return super.who(); } m() { return this.#m(); }
    get #g() { return super.who(); } set #g(value) { this.set = super.who() + value; } g() { this.#g = 1; return [this.#g, this.set]; }
    async #am() { return super.who(); } am() { return this.#am(); }
    *#gm() { yield super.who(); } gm() { return [...this.#gm()]; }
    ['key'] = super.who();
    static x = super.who?.(); static y = () => super.who() + super.v;
    static #sp = super.who(); static p() { return this.#sp; }
    static #sm() { return super.who(); } static m() { return this.#sm(); }
    static get #sg() { return super.who(); } static set #sg(value) { this.set = super.who() + value; } static g() { this.#sg = 1; return [this.#sg, this.set]; }
    static { this.block = super.who(); }
    who() { return 'a'; } static who() { return 'static a'; }
}
class B extends A { who() { return 'b'; } static who() { return 'static b'; } inner = new (class extends Base { x = super.who(); who() { return 'inner'; } })().x; }
class D extends Base { take(log) { try { delete super[(log.push('key'), 'who')]; } catch (error) { log.push(error.name); } try { delete super.who; } catch (error) { log.push(error.name); } return log; } }
async function main() {
    const look = async o => [o.x, o.y(), o.z, o.p(), o.m(), o.g(), await o.am(), o.gm(), o.key];
    return [await look(new A()), await look(new B()), new B().inner, [A.x, A.y(), A.p(), A.m(), A.g(), A.block], attempt(() => B.p()), attempt(() => B.m()), new D().take([])];
}
