// functions: main
import { vat, type Rate } from "lib:tax";
import helper from "lib:helper";
export async function main(input: { total: number }): Promise<number> {
    const rate: Rate = storage.get("rate");
    storage.set("last", helper(input.total * rate.percent));
    return vat(input.total, unknownRate);
}
// found:
// 5:24-5:43 warning AWAIT_MISSING: `storage.get` returns a promise, not the value: write `await` before it
// 6:5-6:60 warning AWAIT_MISSING: `storage.set` is not awaited, so the script cannot handle its errors: write `await` before it
// 7:29-7:40 warning UNKNOWN_GLOBAL: `unknownRate` is not defined: neither the script nor the API declares it
