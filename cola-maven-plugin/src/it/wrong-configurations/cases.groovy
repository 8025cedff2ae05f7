// Configurations that users really get wrong, and what they read then. Each is the spec below with
// one change. prebuild.groovy makes a module of each, verify.groovy looks for the lines in what the
// build tells of that module.
//
// name   of the module
// did    what the user did
// write  what stands in the spec in the place of what
// files  contents, by their names in the module
// base   changes a copy of the base, given its folder; the spec's base is base/ then
// pom    what stands in the plugin's <configuration>
// spec   the name of the spec's file, or null: there is none
// tells  all of these; of a list within it one, where that hangs on the machine or on Maven

String good = '''\
base: ../../../it-base/bert
task: sequence-classification
data:
  train: {file: ../../../it-base/reviews.tsv, text: text, label: label}
  validation: {file: ../../../it-base/reviews.tsv}
  max_length: 64
adapter: {kind: low-rank, r: 4, target_modules: [query]}
training: {epochs: 1, batch_size: 4, optimizer: {lr: 3e-4}}
gates: {accuracy: ">= 0.1"}
device: cpu
threads: 1
'''
String TRAIN = 'file: ../../../it-base/reviews.tsv, text'
String reviews = 'text\tlabel\na gem of a film\tgood\ndull and far too long\tbad\n'

def cases = [
  // Words of other tools
  [name: 'rank', did: 'calls the rank by its name instead of PEFT\'s', write: ['r: 4': 'rank: 4'],
    tells: ['cola.yaml:7: adapter.rank: unknown key; did you mean "r"?']],
  [name: 'learning-rate', did: 'writes TrainingArguments\' learning_rate', write: ['optimizer: {lr: 3e-4}': 'learning_rate: 3e-4'],
    tells: ['cola.yaml:8: training.learning_rate: unknown key; did you mean "training.optimizer.lr"?']],
  [name: 'base-model', did: 'writes axolotl\'s base_model', write: ['base:': 'base_model:'],
    tells: ['cola.yaml:1: base_model: unknown key; did you mean "base"?']],
  [name: 'lora', did: 'takes PEFT\'s word for the kind of adapter', write: ['low-rank': 'lora'],
    tells: ['cola.yaml:7: adapter.kind: found "lora"; did you mean "low-rank"?']],
  [name: 'modules-to-save', did: 'names the classifier as a module to save', write: ['r: 4': 'r: 4, modules_to_save: [classifier]'],
    tells: ['cola.yaml:7: adapter.modules_to_save: the classifier is always trained; no other module can be; remove it']],
  [name: 'four-bits', did: 'wants QLoRA', write: ['threads: 1': 'load_in_4bit: true'],
    tells: ['cola.yaml:11: load_in_4bit: quantized bases are not supported; remove it']],
  [name: 'validation-split', did: 'wants a part of the rows split off', write: ['max_length: 64': 'validation_split: 0.1'],
    tells: ['cola.yaml:6: data.validation_split: rows are not split off: data.validation names a file of its own; remove it']],

  // YAML
  [name: 'tabs', did: 'indents with a tab', write: ['  max_length': '\tmax_length'],
    tells: ['cola.yaml:6: not readable as YAML', '"max_length: 64"; indent with spaces, not with tabs']],
  [name: 'twice', did: 'has a section twice', write: ['threads: 1': 'adapter: {r: 8}'],
    tells: ['cola.yaml:11: adapter: stands twice in the same section, first on line 7; keep one']],
  [name: 'unquoted-gate', did: 'forgets the quotes of a condition', write: ['">= 0.1"': '>= 0.1'],
    tells: ['cola.yaml:9: not readable as YAML', 'put the value in quotes']],
  [name: 'backslashes', did: 'pastes a path of Windows', write: [(TRAIN): 'file: data\\reviews.tsv, text'],
    tells: ['cola.yaml:4: data.train.file: "data\\reviews.tsv" does not exist; write / where the path has \\: it serves on every system, Windows too']],

  // Values
  [name: 'no-batch', did: 'has a batch size of 0', write: ['batch_size: 4': 'batch_size: 0'],
    tells: ['cola.yaml:8: training.batch_size: found 0; write a whole number, at least 1']],
  [name: 'gpu', did: 'has Keras\' word for the device', write: ['device: cpu': 'device: gpu'],
    tells: ['cola.yaml:10: device: found "gpu"; write auto, cpu, cuda or cuda:1']],
  [name: 'no-gpu', did: 'asks for a GPU where there is none to be used', write: ['device: cpu': 'device: cuda:0'],
    pom: '<natives>cpu</natives>',
    tells: [['cola.yaml:10: device: device is cuda:0, but no GPU is visible', 'cola.yaml:10: device: device is cuda:0, but natives is cpu'],
      ['install the NVIDIA driver', 'leave natives at auto, or let both name the same']]],
  [name: 'number-for-gate', did: 'has a number where a condition belongs', write: ['">= 0.1"': '0.8'],
    tells: ['cola.yaml:9: gates.accuracy: found 0.8; write a condition in quotes, >= > <= or < and a number: ">= 0.8"']],
  [name: 'percent', did: 'demands percent', write: ['">= 0.1"': '">= 80"'],
    tells: ['cola.yaml:9: gates.accuracy: accuracy is 1 at most, so ">= 80" is never reached; write a fraction: ">= 0.8"']],
  [name: 'other-metric', did: 'demands a metric of another task', write: ['accuracy: ">= 0.1"': 'perplexity: "<= 8"'],
    tells: ['cola.yaml:9: gates.perplexity: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation, adapter_size']],
  [name: 'nothing-to-measure', did: 'has gates and no validation', write: ['validation: {file: ../../../it-base/reviews.tsv}': 'labels: [bad, good]'],
    tells: ['cola.yaml:9: gates.accuracy: there is nothing to measure it on; write data.validation: {file: …} as well']],
  [name: 'merged-mlp', did: 'merges an adapter that cannot be merged', write: ['kind: low-rank, r: 4': 'kind: mlp', 'threads: 1': 'gradient_learning: {merged: true}'],
    tells: ['cola.yaml:11: gradient_learning.merged: the mlp adapter is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear']],
  [name: 'whose-rows', did: 'has users, and does not say who owns what', write: ['threads: 1': 'users: {mode: alone}'],
    tells: ['cola.yaml:11: users: whose rows are whose is not said; write list: {ann: {train: {file: …}}}, or column: and the column of the owners']],
  [name: 'output-file', did: 'names a file as output', write: ['threads: 1': 'output: pom.xml'],
    tells: ['cola.yaml:11: output: "pom.xml" is a file; name a folder; it is made if need be']],

  // Bases and where they are
  [name: 'hub-name', did: 'names a model of the hub as Python does', write: ['../../../it-base/bert': 'google-bert/bert-base-uncased'],
    tells: ['cola.yaml:1: base: there is no folder "google-bert/bert-base-uncased"; if a name on the Hugging Face hub is meant, write hf:google-bert/bert-base-uncased']],
  [name: 'offline', did: 'names a model of the hub that is not here, offline', write: ['../../../it-base/bert': 'hf:google-bert/bert-base-uncasd'],
    tells: ['cola.yaml:1: base: hf:google-bert/bert-base-uncasd@main is not in the cache', 'run once with the network, not offline and without HF_HUB_OFFLINE, or set HF_HUB_CACHE']],
  [name: 'no-version', did: 'leaves the version out of a coordinate', write: ['../../../it-base/bert': 'mvn:com.acme:tiny-bert'],
    tells: ['cola.yaml:1: base: "mvn:com.acme:tiny-bert" is no Maven coordinate; write mvn:group:artifact:version']],
  [name: 'gguf', did: 'names a file of llama.cpp', write: ['../../../it-base/bert': 'tiny-Q4_K_M.gguf'], files: ['tiny-Q4_K_M.gguf': 'GGUF'],
    tells: ['cola.yaml:1: base: "tiny-Q4_K_M.gguf" is a file of GGUF, which is not read; name the folder of the model that it was made from']],
  [name: 'adapter-as-base', did: 'names the folder of an adapter', base: { new File(it, 'config.json').delete(); new File(it, 'adapter_config.json').text = '{"base_model_name_or_path": "bert-base-uncased"}' },
    tells: ['cola.yaml:1: base: base/config.json: there is no such file, but an adapter_config.json: this is an adapter, not the base that it was trained on; name the folder of that base, which it calls bert-base-uncased']],
  [name: 'pickled', did: 'has weights of before safetensors', base: { new File(it, 'model.safetensors').renameTo(new File(it, 'pytorch_model.bin')) },
    tells: ['cola.yaml:1: base: base: has its weights in pytorch_model.bin only, and safetensors are needed; convert them in Python with transformers.AutoModel.from_pretrained(<folder>).save_pretrained(<new folder>)']],
  [name: 'no-tokenizer', did: 'has copied config and weights only', base: { new File(it, 'tokenizer.json').delete() },
    tells: ['cola.yaml:1: base: base/tokenizer.json: there is no such file; make it in Python with transformers.AutoTokenizer.from_pretrained(<folder>).save_pretrained(<folder>)']],
  [name: 'other-task', did: 'lets an encoder go on with a text', write: ['sequence-classification': 'causal-lm', ', label: label': '', 'accuracy: ">= 0.1"': 'perplexity: "<= 8"'],
    tells: ['cola.yaml:1: base: ../../../it-base/bert: config.json names the model_type "bert"; models that go on with a text are built for gpt2, llama, mistral, qwen2: name such a base, or another task']],
  [name: 'targets-of-llama', did: 'has targets of another architecture, and rows longer than the base reads', write: ['[query]': '[q_proj]', 'max_length: 64': 'max_length: 512'],
    tells: ['2 problems:',
      'cola.yaml:7: adapter.target_modules: no module of the base is named "q_proj"; one of: dense, key, position_embeddings, query, token_type_embeddings, value, word_embeddings',
      "cola.yaml:6: data.max_length: 512 is more than the base's 64 positions; write at most 64"]],

  // Data
  [name: 'no-file', did: 'mistypes a file', write: ['../../../it-base/reviews.tsv, text': '../../../it-base/revews.tsv, text'],
    tells: ['cola.yaml:4: data.train.file: "../../../it-base/revews.tsv" does not exist; did you mean "../../../it-base/reviews.tsv"?']],
  [name: 'spreadsheet', did: 'has the rows in a spreadsheet', write: [(TRAIN): 'file: reviews.xlsx, text'], files: ['reviews.xlsx': 'PK'],
    tells: ['cola.yaml:4: data.train.file: "reviews.xlsx" is a spreadsheet, which is not read; save it as .tsv, .csv or .jsonl']],
  [name: 'no-column', did: 'names a column that there is not', write: ['label: label': 'label: sentiment'],
    tells: ["cola.yaml:4: data.train.label: ../../../it-base/reviews.tsv, line 1: no column 'sentiment'; it has: 'text', 'label'. Name one of these"]],
  [name: 'commas', did: 'calls a file with commas .tsv', write: [(TRAIN): 'file: reviews.tsv, text'], files: ['reviews.tsv': reviews.replace('\t', ',')],
    tells: ["cola.yaml:4: data.train.text: reviews.tsv, line 1: no column 'text'; it has: 'text,label'. There are commas between the columns: read it with format: csv."]],
  [name: 'decimal-labels', did: 'has classes as a data frame wrote them', write: [(TRAIN): 'file: reviews.tsv, text'], files: ['reviews.tsv': reviews.replace('good', '1.0').replace('bad', '0.0')],
    tells: ['cola.yaml:4: data.train.file: reviews.tsv, line 2: the label 1.0 is a decimal number. Classification takes whole numbers or names; decimal ones are for task: sequence-regression.']],
  [name: 'unknown-label', did: 'validates on a class that was not learned', write: ['validation: {file: ../../../it-base/reviews.tsv}': 'validation: {file: more.tsv}'], files: ['more.tsv': reviews + 'so so\tneutral\n'],
    tells: ["cola.yaml:5: data.validation.file: more.tsv, line 4: the label 'neutral' is unknown; known are 'bad', 'good'. Correct it, or name all labels in data.labels."]],
  [name: 'broken-line', did: 'has a line of JSON cut short', write: [(TRAIN): 'file: reviews.jsonl, text'], files: ['reviews.jsonl': '{"text": "a gem", "label": "good"}\n{"text": "dull", "label":\n'],
    tells: ['cola.yaml:4: data.train.file: reviews.jsonl, line 2: is not JSON', 'Correct the line.']],

  // The POM
  [name: 'no-spec', did: 'has no spec', spec: null,
    tells: ['There is no ', 'no-spec/cola.yaml, perhaps you should write one (cola:copy makes a first one), or name another file with -Dcola.spec=…']],
  [name: 'yml', did: 'calls it cola.yml', spec: 'cola.yml',
    tells: ['yml/cola.yaml, perhaps you should rename cola.yml, which is beside it, to cola.yaml']],
  [name: 'folder-as-spec', did: 'names the folder of the spec', pom: '<specs><spec>${project.basedir}</spec></specs>',
    tells: ['folder-as-spec is a folder, perhaps you should name a file in it: -Dcola.spec=folder-as-spec/cola.yaml']],
  [name: 'override', did: 'overrides a key that there is not', pom: '<overrides><training.lr>1e-3</training.lr></overrides>',
    tells: ['cola.yaml cannot be run as it stands. override: training.lr: unknown key; did you mean "training.optimizer.lr"?']],
  [name: 'parameter', did: 'writes a key of the spec as a parameter of the plugin', pom: '<epochs>3</epochs>',
    tells: [['pom.xml:16: <epochs>', 'pom.xml: <epochs>'], '<epochs> is no parameter of the plugin, perhaps you should say it in cola.yaml, or by the full name of its key there: <overrides><training.epochs>3</training.epochs></overrides>']],
]
return [good: good, cases: cases]
