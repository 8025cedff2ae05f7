package io.github.cola4j.data;

import java.util.List;

/** What tokenizer.json files are made of, as far as the tokenizers library knows parts. */
final class TokenizerParts {
  private TokenizerParts() {}

  /** Whole tokenizers of kinds that the golden bases do not have. */
  static final List<String> SMALL =
      List.of(
          """
          {"version": "1.0", "truncation": null, "padding": null,
           "added_tokens": [
             {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
              "normalized": false, "special": true}],
           "normalizer": {"type": "Sequence", "normalizers": [
             {"type": "Prepend", "prepend": "▁"},
             {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
           "pre_tokenizer": null,
           "post_processor": {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<unk>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<unk>": {"id": "<unk>", "ids": [0], "tokens": ["<unk>"]}}},
           "decoder": {"type": "Sequence", "decoders": [
             {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
             {"type": "ByteFallback"}, {"type": "Fuse"},
             {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
           "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
             "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
             "byte_fallback": true, "ignore_merges": false,
             "vocab": {"<unk>": 0, "▁": 1, "t": 2, "h": 3, "e": 4, "th": 5, "the": 6, "▁the": 7,
                       "<0x0A>": 8, "a": 9, "aa": 10},
             "merges": ["t h", "th e", "▁ the", ["a", "a"]]}}""",
          """
          {"version": "1.0", "truncation": null, "padding": null,
           "added_tokens": [],
           "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
             {"type": "Strip", "strip_left": true, "strip_right": false}]},
           "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
             "split": true},
           "post_processor": null,
           "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
             "split": true},
           "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
             "vocab": [["<unk>", 0.0], ["▁", -2.5], ["▁the", -3.0], ["a", -1.5], ["aa", -2.0],
                       ["t", -4.0], ["h", -4.5]]}}""",
          """
          {"version": "1.0", "truncation": {"direction": "Left", "max_length": 8,
             "strategy": "OnlySecond", "stride": 2},
           "padding": {"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": 8,
             "pad_id": 1, "pad_type_id": 0, "pad_token": "[PAD]"},
           "added_tokens": [],
           "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
           "decoder": null,
           "model": {"type": "WordLevel", "vocab": {"the": 0, "[PAD]": 1, "[UNK]": 2},
             "unk_token": "[UNK]"}}""",
          "{}",
          "[]");

  /** Parts, sound ones and some that are not, for any place. */
  static final List<String> ALL =
      List.of(
          "\"BPE\"",
          "\"WordPiece\"",
          "\"WordLevel\"",
          "\"Unigram\"",
          "\"Sequence\"",
          "\"ByteLevel\"",
          "\"[UNK]\"",
          "\"<0xFF>\"",
          "\"##\"",
          "\"never\"",
          "\"Removed\"",
          "\"Left\"",
          "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
              + "\"strip_accents\":null,\"lowercase\":true}",
          "{\"type\":\"NFD\"}",
          "{\"type\":\"NFC\"}",
          "{\"type\":\"NFKD\"}",
          "{\"type\":\"Nmt\"}",
          "{\"type\":\"Lowercase\"}",
          "{\"type\":\"StripAccents\"}",
          "{\"type\":\"ByteLevel\"}",
          "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
          "{\"type\":\"Prepend\",\"prepend\":\"\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\"},\"content\":\"x\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"x\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\".\"},\"content\":\""
              + "x".repeat(9)
              + "\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"BAAAAAAAAAAA\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"/////w==\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"CAAAAP////////8AAAA=\"}",
          "{\"type\":\"Sequence\",\"normalizers\":[]}",
          "{\"type\":\"Sequence\",\"pretokenizers\":[]}",
          "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},"
              + "{\"type\":\"Digits\",\"individual_digits\":true}]}",
          "{\"type\":\"Sequence\",\"processors\":[]}",
          "{\"type\":\"Sequence\",\"processors\":[{\"type\":\"ByteLevel\",\"add_prefix_space\":true,"
              + "\"trim_offsets\":true,\"use_regex\":true}]}",
          "{\"type\":\"BertPreTokenizer\"}",
          "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,"
              + "\"use_regex\":false}",
          "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\" \"}",
          "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\",\"split\":false}",
          "{\"type\":\"Punctuation\",\"behavior\":\"Isolated\"}",
          "{\"type\":\"UnicodeScripts\"}",
          "{\"type\":\"FixedLength\",\"length\":0}",
          "{\"type\":\"FixedLength\",\"length\":3}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Removed\","
              + "\"invert\":false}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?<\"},\"behavior\":\"Isolated\","
              + "\"invert\":true}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a{0,1000000}\"},\"behavior\":\"Isolated\","
              + "\"invert\":true}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\"},\"behavior\":\"MergedWithNext\","
              + "\"invert\":true}",
          "{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"Contiguous\","
              + "\"invert\":false}",
          "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}",
          "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",2],\"cls\":[\"<s>\",0],"
              + "\"trim_offsets\":true,\"add_prefix_space\":false}",
          "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[],\"special_tokens\":{}}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"x\","
              + "\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"B\","
              + "\"type_id\":4294967295}}],\"pair\":[{\"Sequence\":{\"id\":\"B\",\"type_id\":7}}],"
              + "\"special_tokens\":{}}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
              + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\","
              + "\"type_id\":0}},{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],\"special_tokens\":{}}",
          "{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}}",
          "{\"Sequence\":{\"id\":\"A\",\"type_id\":1}}",
          "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
          "{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}",
          "{\"type\":\"CTC\",\"pad_token\":\"a\",\"word_delimiter_token\":\"b\",\"cleanup\":true}",
          "{\"type\":\"Strip\",\"content\":\" \",\"start\":99999,\"stop\":99999}",
          "{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}",
          "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"aa\":1},\"merges\":[\"a a\"],\"dropout\":2.0}",
          "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"aa\":0},\"merges\":[\"a a\",\"aa aa\"]}",
          "{\"type\":\"BPE\",\"vocab\":{\"a\":4294967295},\"merges\":[],\"unk_token\":\"x\"}",
          "{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"#version\",\"a\",\"\",\" \"]}",
          "{\"type\":\"Unigram\",\"unk_id\":null,\"vocab\":[]}",
          "{\"type\":\"Unigram\",\"unk_id\":7,\"vocab\":[[\"a\",0]]}",
          "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"\",-1e308],[\"a\",1e308]]}",
          "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"a\",-1],[\"a\",-1]],"
              + "\"byte_fallback\":true}",
          "{\"type\":\"WordPiece\",\"vocab\":{},\"unk_token\":\"[UNK]\","
              + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":0}",
          "{\"type\":\"WordPiece\",\"vocab\":{\"a\":0,\"\":1},\"unk_token\":\"a\","
              + "\"continuing_subword_prefix\":\"\",\"max_input_chars_per_word\":1000000}",
          "{\"type\":\"WordLevel\",\"vocab\":{},\"unk_token\":\"\"}",
          "{\"id\":0,\"content\":\"\",\"single_word\":true,\"lstrip\":true,\"rstrip\":true,"
              + "\"normalized\":true,\"special\":true}",
          "{\"id\":4294967295,\"content\":\"a\",\"single_word\":false,\"lstrip\":true,"
              + "\"rstrip\":true,\"normalized\":true,\"special\":false}",
          "{\"id\":1,\"content\":\" \",\"single_word\":true,\"lstrip\":true,\"rstrip\":true,"
              + "\"normalized\":false,\"special\":true}",
          "{\"strategy\":{\"Fixed\":1000000000000},\"direction\":\"Right\","
              + "\"pad_to_multiple_of\":0,\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"a\"}",
          "{\"strategy\":{\"Fixed\":16},\"direction\":\"Right\",\"pad_to_multiple_of\":0,"
              + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"a\"}",
          "{\"direction\":\"Right\",\"max_length\":0,\"strategy\":\"LongestFirst\",\"stride\":0}",
          "{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"OnlyFirst\",\"stride\":9}");
}
