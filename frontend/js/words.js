/** The few words scripts say, translated by the server in `<template id="words" data-…>`. */
export function word(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}
