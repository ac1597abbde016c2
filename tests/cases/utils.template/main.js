// Given in the script or by name; the error for a missing template has its name.
async function main() {
    let missing;
    try {
        await utils.template.render('no_such_template', {});
    } catch (error) {
        missing = error.code;
    }
    return [await utils.template.render('Dear {{ name }}{% if vip %}!{% endif %}', { name: '<Ada>', vip: true }), missing];
}
