// ends: success
// a comparator that returns NaN
function main() {
    return ['b', 'a', undefined, 'c', null].concat(Array.from({length: 50}, String)).sort((a, b) => a - b).length;
}
