async function main() {
    const { render } = utils.template;
    const errors = [];
    for (const call of [() => render('{{ 1 + }}', {}), () => render(5), () => render('{% for i in range(100000) %}{% for j in range(1000) %}x{% endfor %}{% endfor %}'), () => render('unknown', {}), () => render('welcome', {}, { lang: 'ru' }), () => render('welcome', {}, { locale: 5 })]) {
        try {
            await call();
        } catch (error) {
            errors.push([error.code, error.message]);
        }
    }
    return {
        inline: await render('Hi {{ name }}{% if vip %}!{% endif %} {{ items | join(", ") }} {{ missing }}', { name: 'Ann & Bob', vip: true, items: [1, 2] }),
        named: await render('welcome', { name: 'Ann' }),
        html: await render('mail.html', { name: '<b>' }), htm: await render('MAIL.HTM', { name: '<b>' }), text: await render('mail.html.txt', { name: '<b>' }),
        russian: await render('welcome', { name: 'Ann' }, { locale: 'ru' }), tenant: await render('welcome', { name: 'Ann' }, { locale: null }),
        plain: await render('[{{ nothing }}|{{ missing }}|{{ yes }}|{{ no }}|{{ n }}|{{ big }}|{{ list }}]', { nothing: null, yes: true, no: false, n: 1.50, big: 12345678901234567890n, list: [1, 'a'] }),
        errors,
    };
}
