const helper = (x) => x * 2;
function double(x) {
    return helper(x);
}
