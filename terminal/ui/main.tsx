document.title = 'yimen';
