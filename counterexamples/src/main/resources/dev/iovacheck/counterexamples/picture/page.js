'use strict';
document.documentElement.classList.add('js');
document.querySelectorAll('section').forEach(function (section) {
  var range = section.querySelector('input[type=range]');
  if (!range) return;
  var all = section.querySelector('input[type=checkbox]');
  var output = section.querySelector('output');
  var steps = section.querySelectorAll('ol.steps>li');
  function show() {
    steps.forEach(function (step, index) {
      step.hidden = !all.checked && index + 1 !== Number(range.value);
    });
    range.disabled = all.checked;
    output.textContent = all.checked ? 'All ' + steps.length + ' steps' : 'Step ' + range.value + ' of ' + steps.length;
    range.setAttribute('aria-valuetext', output.textContent + ', ' + steps[range.value - 1].querySelector('.call').textContent);
  }
  range.addEventListener('input', show);
  all.addEventListener('change', show);
  show();
});
