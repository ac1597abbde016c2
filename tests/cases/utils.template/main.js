// In the script or by name; a template that is missing is named.
async function main() {
    let missing;
    try {
        await utils.template.render('no_such_template', {});
    } catch (error) {
        missing = error.code;
    }
    return [await utils.template.render('Dear {{ name }}{% if vip %}!{% endif %}', { name: '<Ada>', vip: true }), missing];
}
