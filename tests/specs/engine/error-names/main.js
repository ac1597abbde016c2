// Messages use the names in the author's source.
class Order { constructor() { this.items = []; } static of() { return new Order(); } }
const factory = { make: { it: 1 }, 'b c': 2 };

const WORKS = [
  o => o.items.foreach(x => x), o => o.client.name, o => { const { id } = o.client; }, o => { const rate = 1; rate = 2; }, o => { use; let use = 1; },
  o => o.items.map(x => x).first(), o => o['items'].sum(), o => o.items[0](), o => o.items[o.at].run(), o => missing(), o => o(), o => (0, o.items)(), o => this.x(),
  o => o?.items.nothing(), o => o.items?.nothing(1), o => o.items.nothing?.call.me(), o => super_(), o => new o.items(), o => new factory.make.it(1, 2), o => new (o.client)(), o => Order(),
  o => { for (const x of o.client) { } }, o => { for (const x of o.items.length) { } }, o => [...o.at], o => Math.max(...o.client), o => { const [a] = o.client; }, o => { let a; [a] = o.at; }, o => new Map(5),
  o => { ({ id: o.x } = o.client); }, o => { (({ id }) => id)(); }, o => { const { a: { b } } = o.items; }, o => { const {} = null; },
  o => o.client[o.at], o => null[Symbol.iterator], o => { o.client.name = 1; }, o => { o.client['x y'] = 1; }, o => { o.client.count++; }, o => o.client.save(),
  o => { later(); const later = () => 1; }, o => { switch (1) { case 0: let in_ = 1; default: in_; } }, o => { let a = a + 1; }, o => { count = 1; let count; }, o => undeclared, o => { 'use strict'; undeclared = 1; },
  o => { for (const i = 0; ; i++) { } }, o => `${o.items.reduce()}`, o => o.tag`x`, o => [].reduce((a, b) => a), o => o.client in o.at,
  o => { o.veryLongNameOfSomething.andAnotherNameThatIsRatherLong.andAThirdOneOfTheSameLengthOrMore.andAFourthOneWithoutEnd.x(); },
];

function main() {
  const order = { items: [], at: 'none' };
  return WORKS.map(work => { try { return work(order); } catch (error) { return `${error.name}: ${error.message}`; } });
}
