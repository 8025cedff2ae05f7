package io.github.cola4j.spec;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The words that people bring from PEFT, transformers and axolotl, and what they are called here.
 */
final class Words {
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("model", "base"),
          Map.entry("base_model", "base"),
          Map.entry("model_name_or_path", "base"),
          Map.entry("base_model_name_or_path", "base"),
          Map.entry("task_type", "task"),
          Map.entry("output_dir", "output"),
          Map.entry("datasets", "data"),
          Map.entry("dataset", "data"),
          Map.entry("test", "data.validation"),
          Map.entry("eval", "data.validation"),
          Map.entry("dev", "data.validation"),
          Map.entry("train_file", "data.train.file"),
          Map.entry("validation_file", "data.validation.file"),
          Map.entry("path", "data.train.file"),
          Map.entry("max_train_samples", "data.train.limit"),
          Map.entry("max_eval_samples", "evaluation.limit"),
          Map.entry("column", "data.train.text"),
          Map.entry("text_pair", "data.train.text"),
          Map.entry("num_labels", "data.labels"),
          Map.entry("text_column", "data.train.text"),
          Map.entry("text_column_name", "data.train.text"),
          Map.entry("label_column", "data.train.label"),
          Map.entry("label_column_name", "data.train.label"),
          Map.entry("label_names", "data.labels"),
          Map.entry("class_names", "data.labels"),
          Map.entry("image_column", "data.train.file"),
          Map.entry("train_dir", "data.train.file"),
          Map.entry("validation_dir", "data.validation.file"),
          Map.entry("size", "data.image_size"),
          Map.entry("num_channels", "data.image_channels"),
          Map.entry("conversations", "data.train.messages"),
          Map.entry("instruction", "data.train.prompt"),
          Map.entry("completion", "data.train.response"),
          Map.entry("chat", "data.train.messages"),
          Map.entry("source_column", "data.train.source"),
          Map.entry("target_column", "data.train.target"),
          Map.entry("block_size", "data.max_length"),
          Map.entry("max_source_length", "data.max_length"),
          Map.entry("max_seq_length", "data.max_length"),
          Map.entry("max_seq_len", "data.max_length"),
          Map.entry("sequence_len", "data.max_length"),
          Map.entry("model_max_length", "data.max_length"),
          Map.entry("lora", "adapter"),
          Map.entry("peft", "adapter"),
          Map.entry("type", "adapter.kind"),
          Map.entry("peft_type", "adapter.kind"),
          Map.entry("rank", "adapter.r"),
          Map.entry("lora_r", "adapter.r"),
          Map.entry("lora_rank", "adapter.r"),
          Map.entry("alpha", "adapter.lora_alpha"),
          Map.entry("rslora", "adapter.use_rslora"),
          Map.entry("modules", "adapter.target_modules"),
          Map.entry("targets", "adapter.target_modules"),
          Map.entry("lora_target_modules", "adapter.target_modules"),
          Map.entry("lora_target_linear", "adapter.target_modules"),
          Map.entry("layers", "adapter.layers_to_transform"),
          Map.entry("exclude", "adapter.exclude_modules"),
          Map.entry("lora_exclude_modules", "adapter.exclude_modules"),
          Map.entry("dropout", "adapter.lora_dropout"),
          Map.entry("ranks", "adapter.rank_pattern"),
          Map.entry("alphas", "adapter.alpha_pattern"),
          Map.entry("hidden_dims", "adapter.hidden_sizes"),
          Map.entry("hidden_layers", "adapter.hidden_sizes"),
          Map.entry("act", "adapter.activation"),
          Map.entry("hidden_act", "adapter.activation"),
          Map.entry("activation_function", "adapter.activation"),
          Map.entry("gradient_accumulation_steps", "gradient_learning.interval"),
          Map.entry("merge", "gradient_learning.merged"),
          Map.entry("local_steps", "gradient_learning.fit_steps"),
          Map.entry("training_arguments", "training"),
          Map.entry("num_epochs", "training.epochs"),
          Map.entry("num_train_epochs", "training.epochs"),
          Map.entry("train_batch_size", "training.batch_size"),
          Map.entry("micro_batch_size", "training.batch_size"),
          Map.entry("per_device_train_batch_size", "training.batch_size"),
          Map.entry("optim", "training.optimizer.name"),
          Map.entry("learning_rate", "training.optimizer.lr"),
          Map.entry("wd", "training.optimizer.weight_decay"),
          Map.entry("adam_beta1", "training.optimizer.betas"),
          Map.entry("adam_beta2", "training.optimizer.betas"),
          Map.entry("beta1", "training.optimizer.betas"),
          Map.entry("beta2", "training.optimizer.betas"),
          Map.entry("epsilon", "training.optimizer.eps"),
          Map.entry("adam_epsilon", "training.optimizer.eps"),
          Map.entry("scheduler", "training.schedule"),
          Map.entry("lr_scheduler", "training.schedule"),
          Map.entry("lr_scheduler_type", "training.schedule.name"),
          Map.entry("warmup_ratio", "training.schedule.warmup"),
          Map.entry("warmup_steps", "training.schedule.warmup"),
          Map.entry("gradient_clipping", "training.max_grad_norm"),
          Map.entry("clip_grad_norm", "training.max_grad_norm"),
          Map.entry("max_norm", "training.max_grad_norm"),
          Map.entry("norm", "training.max_grad_norm.value"),
          Map.entry("clients", "users.list"),
          Map.entry("user_column", "users.column"),
          Map.entry("owner", "users.column"),
          Map.entry("eval_steps", "evaluation.every"),
          Map.entry("eval_strategy", "evaluation.every"),
          Map.entry("evaluation_strategy", "evaluation.every"),
          Map.entry("metric_for_best_model", "evaluation.metric"),
          Map.entry("load_best_model_at_end", "evaluation.keep"),
          Map.entry("early_stopping_patience", "evaluation.patience"),
          Map.entry("eval_batch_size", "evaluation.batch_size"),
          Map.entry("per_device_eval_batch_size", "evaluation.batch_size"),
          Map.entry("predict_with_generate", "evaluation.generate"),
          Map.entry("generation_config", "generation"),
          Map.entry("generation_max_length", "generation.max_new_tokens"),
          Map.entry("generation_num_beams", "generation.num_beams"),
          Map.entry("max_tokens", "generation.max_new_tokens"),
          Map.entry("beams", "generation.num_beams"),
          Map.entry("stop_strings", "generation.stop"),
          Map.entry("save_steps", "checkpoint.every"),
          Map.entry("save_strategy", "checkpoint.every"),
          Map.entry("save_total_limit", "checkpoint.keep"),
          Map.entry("torch_dtype", "dtype"),
          Map.entry("precision", "dtype"),
          Map.entry("bf16", "dtype"),
          Map.entry("fp16", "dtype"),
          Map.entry("num_threads", "threads"));

  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("lora", "low-rank"),
          Map.entry("dense", "linear"),
          Map.entry("bf16", "bfloat16"),
          Map.entry("fp16", "float16"),
          Map.entry("half", "float16"),
          Map.entry("fp32", "float32"),
          Map.entry("swish", "silu"),
          Map.entry("adam", "adamw"),
          Map.entry("adamw_torch", "adamw"),
          Map.entry("constant_with_warmup", "constant"),
          Map.entry("seq_cls", "sequence-classification"),
          Map.entry("text_classification", "sequence-classification"),
          Map.entry("regression", "sequence-regression"),
          Map.entry("image_cls", "image-classification"),
          Map.entry("imagefolder", "folder"),
          Map.entry("mnist", "idx"),
          Map.entry("separate", "alone"),
          Map.entry("federated", "collaboration"),
          Map.entry("collaborative", "collaboration"),
          Map.entry("causal_lm", "causal-lm"),
          Map.entry("text_generation", "causal-lm"),
          Map.entry("seq_2_seq_lm", "sequence-to-sequence"),
          Map.entry("seq2seq", "sequence-to-sequence"),
          Map.entry("summarization", "sequence-to-sequence"),
          Map.entry("translation", "sequence-to-sequence"),
          Map.entry("txt", "text"),
          Map.entry("rouge_l", "rougeL"),
          Map.entry("acc", "accuracy"),
          Map.entry("mcc", "matthews_correlation"),
          Map.entry("macro_f1", "f1_macro"));

  private static final String NO_SPLIT =
      "rows are not split off: data.validation names a file of its own";

  /** Keys and values that mean something, but not yet. */
  private static final Map<String, String> LATER =
      Map.ofEntries(
          Map.entry("method", "other methods are not supported yet"),
          Map.entry("modules_to_save", "the classifier is always trained; no other module can be"),
          Map.entry("use_dora", "DoRA is not supported"),
          Map.entry("init_lora_weights", "another initialisation is not supported"),
          Map.entry("load_in_4bit", "quantized bases are not supported"),
          Map.entry("load_in_8bit", "quantized bases are not supported"),
          Map.entry("quantization_config", "quantized bases are not supported"),
          Map.entry("qlora", "quantized bases are not supported"),
          Map.entry("val_set_size", NO_SPLIT),
          Map.entry("validation_split", NO_SPLIT),
          Map.entry("test_size", NO_SPLIT));

  private Words() {}

  /** The full name of the key that another tool calls so. */
  static Optional<String> ofKey(String foreign) {
    return Optional.ofNullable(KEYS.get(plain(foreign)));
  }

  /** The value that another tool calls so. */
  static Optional<String> ofValue(String foreign) {
    return Optional.ofNullable(VALUES.get(plain(foreign)));
  }

  /** What to say of a key or value that is known but not supported. */
  static Optional<String> later(String name) {
    return Optional.ofNullable(LATER.get(plain(name)));
  }

  /** {@code learningRate} and {@code learning-rate} are {@code learning_rate}. */
  private static String plain(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT)
        .replace('-', '_');
  }

  /** For the test that every word leads to a key that exists. */
  static Map<String, String> keys() {
    return KEYS;
  }
}
