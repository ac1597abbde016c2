import { vat, round as rounded } from "lib:tax";
import * as texts from "lib:texts";
import greeting, { MARK } from "lib:texts";

async function main(total) {
    return [rounded(vat(total)), texts.shout(greeting), MARK, Object.isFrozen(texts), typeof counted];
}
