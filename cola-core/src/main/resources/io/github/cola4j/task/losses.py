class K(Module):
  __parameters__ = []
  __buffers__ = []

  def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
    # logits [rows, classes], labels [rows] -> the mean
    return torch.nll_loss(torch.log_softmax(logits, 1), labels)

  def logits(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    logits = torch.matmul(x, torch.t(weight))
    if torch.numel(bias) > 0:
      torch.add_(logits, bias)
    return logits

  def vocabulary(self, hidden: Tensor, weight: Tensor, bias: Tensor, labels: Tensor, chunk: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden [n, width], weight [vocabulary, width], bias [vocabulary] or empty, labels [n] -> the sum, and its gradient [n, width]
    total = torch.zeros([], device=hidden.device)
    gradient = torch.empty_like(hidden)
    xs = torch.split(hidden, int(chunk.item()), 0)
    gs = torch.split(gradient, int(chunk.item()), 0)
    ys = torch.split(labels, int(chunk.item()), 0)
    for i in range(len(xs)):
      p = torch.log_softmax(self.logits(xs[i], weight, bias), 1)
      torch.add_(total, torch.nll_loss(p, ys[i], None, 2))
      torch.exp_(p)
      y = torch.unsqueeze(ys[i], 1)
      torch.scatter_add_(p, 1, y, torch.neg(torch.ones([y.size(0), 1], device=p.device)))
      torch.copy_(gs[i], torch.matmul(p, weight))
    return (total, gradient)

  def vocabulary_sum(self, hidden: Tensor, weight: Tensor, bias: Tensor, labels: Tensor, chunk: Tensor) -> Tensor:
    total = torch.zeros([], device=hidden.device)
    xs = torch.split(hidden, int(chunk.item()), 0)
    ys = torch.split(labels, int(chunk.item()), 0)
    for i in range(len(xs)):
      p = torch.log_softmax(self.logits(xs[i], weight, bias), 1)
      torch.add_(total, torch.nll_loss(p, ys[i], None, 2))
    return total

  def squared_error(self, outputs: Tensor, scores: Tensor) -> Tensor:
    # outputs [rows, 1], scores [rows] -> the mean
    return torch.mse_loss(torch.squeeze(outputs, 1), scores)
