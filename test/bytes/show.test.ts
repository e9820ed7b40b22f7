/** What arrives, in words: readable in every script, and obeyed by no terminal. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { showBytes, showText } from '#floor/bytes'

describe('showText()', () => {
  it('keeps words in every script', () => {
    for (const word of ['Zoë', 'größer … ✓', '日本語', 'שלום', 'नमस्ते', 'می\u200cخواهم', '👩\u200d🔬', '€½²'])
      assert.equal(showText(word), word)
  })
  it('spells out what a terminal might obey, what turns text around, and what no eye sees', () => {
    assert.equal(showText('\x1b[2J\x07\t\n\r\x7f\x9b\xa0\xad'), '\\x1b[2J\\x07\\x09\\x0a\\x0d\\x7f\\x9b\\xa0\\xad')
    assert.equal(
      showText('\u2028\u2029\u202e\u2066\u200b\ufeff'),
      '\\u{2028}\\u{2029}\\u{202e}\\u{2066}\\u{200b}\\u{feff}',
    )
    assert.equal(showText('\ud800a\u{e0041}\u{f0000}'), '\\u{d800}a\\u{e0041}\\u{f0000}')
    assert.equal(showText('C:\\new'), 'C:\\\\new')
  })
  it('leaves no character of any kind to the terminal but printable ones', () => {
    for (let code = 0; code < 0x110000; code++)
      if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(String.fromCodePoint(code)))
        assert.match(showText(String.fromCodePoint(code)), /^\\[xu][{}0-9a-f]+$/)
  })
})

describe('showBytes()', () => {
  it('keeps printable ASCII alone, so that what is shown can be counted', () => {
    assert.equal(showBytes(new TextEncoder().encode('Zoë "\\"\n')), '"Zo\\xc3\\xab \\"\\\\\\"\\x0a"')
    assert.equal(showBytes(new Uint8Array(100).fill(0x61), 4), '"aaaa"… (100 bytes)')
  })
})
