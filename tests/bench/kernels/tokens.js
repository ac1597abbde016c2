// n: 1500
function tokens(text) {
    const found = [];
    let at = 0;
    while (at < text.length) {
        const sign = text[at];
        if (sign === ' ') {
            at++;
        } else if (sign >= '0' && sign <= '9') {
            let number = '';
            while (at < text.length && (text[at] >= '0' && text[at] <= '9' || text[at] === '.')) number += text[at++];
            found.push({ type: 'number', value: Number(number) });
        } else if (/[a-z]/.test(sign)) {
            const from = at;
            while (at < text.length && /[a-z]/.test(text[at])) at++;
            found.push({ type: 'name', value: text.slice(from, at) });
        } else {
            found.push({ type: 'sign', value: sign });
            at++;
        }
    }
    return found;
}
function value(list, names) {
    let at = 0;
    const primary = () => {
        const token = list[at++];
        if (token.value === '(') {
            const inner = sum();
            at++;
            return inner;
        }
        return token.type === 'name' ? names[token.value] : token.value;
    };
    const product = () => {
        let left = primary();
        while (at < list.length && (list[at].value === '*' || list[at].value === '/')) {
            left = list[at++].value === '*' ? left * primary() : left / primary();
        }
        return left;
    };
    const sum = () => {
        let left = product();
        while (at < list.length && (list[at].value === '+' || list[at].value === '-')) {
            left = list[at++].value === '+' ? left + product() : left - product();
        }
        return left;
    };
    return sum();
}
function main(n) {
    let all = 0;
    for (let i = 0; i < n; i++) all += value(tokens('price * (1 + rate / 100) - ' + i + ' / 4'), { price: i, rate: 12 });
    return all.toFixed(3);
}
