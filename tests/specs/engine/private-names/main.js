// Private names of objects that cannot be extended, added by a constructor that returns them or by the base class.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
class Given { constructor(object) { return object; } }
class Method extends Given { #secret() { return 1; } static of(object) { return object.#secret(); } static has(object) { return #secret in object; } }
class Field extends Given { #secret = 2; static of(object) { return object.#secret++; } }
class Accessor extends Given { #kept = 3; get #secret() { return this.#kept; } set #secret(value) { this.#kept = value; } static of(object) { object.#secret += 1; return object.#secret; } }
class Early { #first = Object.preventExtensions(this) && 4; #second = this.#first + 1; static of(object) { return object.#second; } }
class Base { constructor() { Object.freeze(this); } }
class Late extends Base { #late = 5; #more() { return this.#late; } static of(object) { return object.#more(); } }
class Own { static #first = (Object.freeze(Own), 6); static #own() { return Own.#first; } static of() { return Own.#own(); } }
const closed = { plain: () => ({}), frozen: () => Object.freeze({}), sealed: () => Object.seal([]), function: () => Object.preventExtensions(() => 1) };
function main() {
    const kinds = [Method, Field, Accessor];
    return [
        Object.values(closed).map(make => kinds.map(kind => attempt(() => { const object = make(); new kind(object); return [kind.of(object), kind.of(object), Object.isFrozen(object) === Object.isFrozen(make()), attempt(() => new kind(object))]; }))),
        Method.has(Object.freeze({})), Early.of(new Early()), Late.of(new Late()), attempt(() => Own.of()), attempt(() => { 'use strict'; new Late().more = 1; }),
    ];
}
