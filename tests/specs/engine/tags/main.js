// The `this` value of a template's tag, and the list of texts that it gets.
const o = { name: 'o', t(strings, ...values) { return [this?.name, strings.raw.join('|'), values]; }, deep: { name: 'deep', t(strings) { return this?.name; } } };
class A { name = 'a'; t(strings) { return this.name; } }
class B extends A { #p(strings) { return this.name + 'p'; } all() { return [super.t`x`, (super.t)`x`, super['t']`x`, this.#p`x`, (this.#p)`x`]; } }
const tag = strings => strings;
const site = x => tag`a${x}b`, other = x => tag`a${x}b`;
function main() {
    const none = null, { t } = o;
    return [
        o.t`x`, (o.t)`x`, ((o.t))`x`, o['t']`x`, (o?.t)`x${1}`, (o?.['t'])`x`, (o?.deep.t)`x`, (o.deep?.t)`x`, (0, o.t)`x`, t`x`,
        (() => { try { return (none?.t)`x`; } catch (error) { return error.name; } })(), new B().all(),
        [site(1) === site(2), site(1) === other(1), Object.isFrozen(site(1)), Object.isFrozen(site(1).raw)],
        [1, 2].map(() => tag`x`).every((strings, at, all) => strings === all[0]),
    ];
}
