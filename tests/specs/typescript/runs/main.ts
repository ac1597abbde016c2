import type { Client } from "lib:types";

interface Order { id: number; lines: Line[]; note?: string }
type Line = readonly [name: string, price: number];
type Total<T extends Order = Order> = { of: T; sum: number };

declare const unknownToTheEngine: unique symbol;

abstract class Shape<T> {
    private static count = 0;
    protected readonly name!: string;
    abstract area(): number;
    constructor(name: string) { this.name = name; Shape.count++; }
    label(): string;
    label(prefix: string): string;
    label(prefix?: string): string { return `${prefix ?? ""}${this.name} ${this.area()} ${Shape.count}`; }
}

class Square<T = number> extends Shape<T> implements Iterable<number> {
    public constructor(public_: string, private_: number) { super(public_); this.side = private_; }
    private side: number = 0;
    override area(): number { return this.side ** 2; }
    *[Symbol.iterator](): IterableIterator<number> { yield this.side; }
}

function first<T>(list: readonly T[], otherwise?: T): T | undefined;
function first(list: any[], otherwise: any) { return list.length > 0 ? list[0] : otherwise; }

function greet(this: { name: string }, greeting: string): string { return `${greeting} ${this.name}`; }

const total = async <T extends Order>(order: T):
    Promise<Total<T>> => ({
    of: order,
    sum: order.lines.reduce<number>((sum, [, price]) => sum + price, 0),
} satisfies Total<T>);

async function main(): Promise<Record<string, unknown>> {
    const order = { id: 1, lines: [["a", 2], ["b", 3]] } as const as unknown as Order
    const { sum }: Total = await total(order);
    let late!: number;
    late = sum!
    ;(late as number) += 1
    try { throw new RangeError("as meant") } catch (error: unknown) {
        const square = new Square<string>("square", 3);
        return { sum, late, error: (error as Error).message, label: square.label("a "), side: [...square],
            first: first<number>([]) ?? null, greeting: greet.call({ name: "Ann" }, "hi") };
    }
}
