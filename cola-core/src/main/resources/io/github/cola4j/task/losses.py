class K(Module):
  __parameters__ = []
  __buffers__ = []

  def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
    # logits [rows, classes], labels [rows] -> the mean
    return torch.nll_loss(torch.log_softmax(logits, 1), labels)
