// functions: main
import type { Client } from "lib:types";
interface Row extends Client { id: number }
declare const injected: string;
async function main(input: { ids: number[] }): Promise<Row[]> {
    const rows = services.clients.list({ limit: 1 }) as unknown as Row[];
    const found = rows.filter((row: Row) => row.id > limit);
    let text: string = "";
    for (const row of found) text += row.id;
    storage.set("a" as string, injected)!;
    return found;
}
// found:
// 6:18-6:53 warning AWAIT_MISSING: `services.clients.list` returns a promise, not the value: write `await` before it
// 7:54-7:59 warning UNKNOWN_GLOBAL: `limit` is not defined: neither the script nor the API declares it
// 9:30-9:44 hint TEXT_GROWS_IN_LOOP: `text` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 10:5-10:41 warning AWAIT_MISSING: `storage.set` is not awaited, so the script cannot handle its errors: write `await` before it
