// n: 5000
const LETTERS = { а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', к: 'k', л: 'l', м: 'm', о: 'o', р: 'r', с: 's', т: 't' };
function main(n) {
    let all = 0;
    for (let i = 0; i < n; i++) {
        const title = ' Заказ «Гербалайт» № ' + i + ', дом ' + (i % 30);
        const latin = title.toLowerCase().split('').map(letter => LETTERS[letter] ?? letter).join('');
        const slug = latin.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
        all += slug.length + slug.lastIndexOf('-');
    }
    return all;
}
