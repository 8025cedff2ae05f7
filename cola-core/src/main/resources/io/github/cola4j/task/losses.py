class K(Module):
  __parameters__ = []
  __buffers__ = []

  def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
    # logits [rows, classes], labels [rows] -> the mean
    return torch.nll_loss(torch.log_softmax(logits, 1), labels)

  def vocabulary(self, hidden: Tensor, weight: Tensor, bias: Tensor, labels: Tensor, chunk: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden [n, width], weight [vocabulary, width], bias [vocabulary] or empty, labels [n] -> the sum, and its gradient [n, width]
    total = torch.zeros([], device=hidden.device)
    gradient = torch.empty_like(hidden)
    xs, ys, memory, = self.chunks(hidden, weight, labels, chunk)
    gs = torch.split(gradient, memory.size(0), 0)
    for i in range(len(xs)):
      p = torch.narrow(memory, 0, 0, xs[i].size(0))
      torch.add_(total, self.surprise(p, xs[i], weight, bias, ys[i]))
      y = torch.unsqueeze(ys[i], 1)
      torch.scatter_add_(p, 1, y, torch.neg(torch.ones([y.size(0), 1], device=p.device)))
      torch.mm(p, weight, out=gs[i])
    return (total, gradient)

  def vocabulary_sum(self, hidden: Tensor, weight: Tensor, bias: Tensor, labels: Tensor, chunk: Tensor) -> Tensor:
    total = torch.zeros([], device=hidden.device)
    xs, ys, memory, = self.chunks(hidden, weight, labels, chunk)
    for i in range(len(xs)):
      torch.add_(total, self.surprise(torch.narrow(memory, 0, 0, xs[i].size(0)), xs[i], weight, bias, ys[i]))
    return total

  def chunks(self, hidden: Tensor, weight: Tensor, labels: Tensor, chunk: Tensor) -> Tuple[List[Tensor], List[Tensor], Tensor]:
    # Nothing of this is recorded, so one chunk's memory [chunk, vocabulary] serves them all.
    size = max(1, min(int(chunk.item()), hidden.size(0)))
    memory = torch.new_empty(hidden, [size, weight.size(0)])
    return (torch.split(hidden, size, 0), torch.split(labels, size, 0), memory)

  def surprise(self, p: Tensor, x: Tensor, weight: Tensor, bias: Tensor, labels: Tensor) -> Tensor:
    # Into p the probabilities [n, vocabulary]; -> the sum of -log p(label)
    torch.softmax(self.logits(p, x, weight, bias), 1, out=p)
    right = torch.gather(p, 1, torch.unsqueeze(labels, 1))
    if float(torch.min(right).item()) > 1e-30:
      return torch.neg(torch.sum(torch.log(right)))
    # too small to take the logarithm of
    return torch.nll_loss(torch.log_softmax(self.logits(torch.empty_like(p), x, weight, bias), 1), labels, None, 2)

  def logits(self, p: Tensor, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    torch.mm(x, torch.t(weight), out=p)
    if torch.numel(bias) > 0:
      torch.add_(p, bias)
    return p

  def squared_error(self, outputs: Tensor, scores: Tensor) -> Tensor:
    # outputs [rows, 1], scores [rows] -> the mean
    return torch.mse_loss(torch.squeeze(outputs, 1), scores)
