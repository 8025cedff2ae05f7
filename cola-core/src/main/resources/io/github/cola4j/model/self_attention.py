class K(Module):
  __parameters__ = []
  __buffers__ = []

  # Attention within rows, forward and backward. Nothing is recorded here, so memory is written in place.
  # shape [4]: heads h, key heads g, window (0: none), 1 where tokens see none behind them
  # d: size of a head; r = h / g: query heads of a key head
  # blocks, open, mask, close: see AttentionPlan; a block has n rows of t positions
  # cos, sin [tokens, d]: by what queries and keys are turned, or empty

  def attend(self, qkv: Tensor, cos: Tensor, sin: Tensor, blocks: Tensor, open: Tensor, mask: Tensor, close: Tensor, shape: Tensor, keep: Tensor) -> Tuple[Tensor, Tensor]:
    # qkv [tokens, (h + 2 * g) * d] -> context [tokens, h * d], weights [all blocks' n * h * t * t]
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    d = qkv.size(1) // (h + 2 * g)
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    total = 0
    for i in range(len(rows)):
      total = total + rows[i] * h * seqs[i] * seqs[i]
    weights = torch.new_empty(qkv, [total])
    context = torch.new_empty(qkv, [qkv.size(0), h * d])
    token = 0
    weight = 0
    opened = 0
    closed = 0
    for i in range(len(rows)):
      n = rows[i]
      t = seqs[i]
      padded = n * t > tokens[i]
      positions = n * t if padded else 0
      count = n * h * t * t
      own_open = torch.narrow(open, 0, opened, positions)
      q, k, v, = self.opened(qkv, cos, sin, own_open, token, tokens[i], n, t, h, g)
      p = torch.view(torch.narrow(weights, 0, weight, count), [n * g, h // g * t, t])
      torch.baddbmm(p, q, torch.transpose(k, 1, 2), beta=0, alpha=1.0 / float(d) ** 0.5, out=p)
      self.hide(torch.view(p, [n, h, t, t]), torch.narrow(mask, 0, opened, positions), sizes[2], sizes[3])
      torch.softmax(p, -1, out=p)
      seen = p
      if torch.numel(keep) > 0:
        seen = torch.mul(p, torch.view_as(torch.narrow(keep, 0, weight, count), p))
      made = torch.permute(torch.view(torch.bmm(seen, v), [n, g, h // g, t, d]), [0, 3, 1, 2, 4])
      own = torch.narrow(context, 0, token, tokens[i])
      if padded:
        torch.index_select(torch.reshape(made, [n * t, h * d]), 0, torch.narrow(close, 0, closed, tokens[i]), out=own)
        closed = closed + tokens[i]
      else:
        torch.copy_(torch.view(own, [n, t, g, h // g, d]), made)
      token = token + tokens[i]
      weight = weight + count
      opened = opened + positions
    return (context, weights)

  def back(self, gradient: Tensor, qkv: Tensor, weights: Tensor, cos: Tensor, sin: Tensor, blocks: Tensor, open: Tensor, close: Tensor, shape: Tensor, keep: Tensor) -> Tensor:
    # gradient of the context [tokens, h * d] -> that of qkv [tokens, (h + 2 * g) * d]
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    r = h // g
    d = qkv.size(1) // (h + 2 * g)
    scale = 1.0 / float(d) ** 0.5
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    out = torch.empty_like(qkv)
    token = 0
    weight = 0
    opened = 0
    closed = 0
    for i in range(len(rows)):
      n = rows[i]
      t = seqs[i]
      padded = n * t > tokens[i]
      positions = n * t if padded else 0
      count = n * h * t * t
      own_close = torch.narrow(close, 0, closed, tokens[i] if padded else 0)
      q, k, v, = self.opened(qkv, cos, sin, torch.narrow(open, 0, opened, positions), token, tokens[i], n, t, h, g)
      p = torch.view(torch.narrow(weights, 0, weight, count), [n * g, r * t, t])
      back = torch.narrow(gradient, 0, token, tokens[i])
      if padded:  # nothing comes back to padding
        back = torch.index_copy_(torch.new_zeros(gradient, [n * t, h * d]), 0, own_close, back)
      back = torch.reshape(torch.permute(torch.view(back, [n, t, g, r, d]), [0, 2, 3, 1, 4]), [n * g, r * t, d])
      seen = p
      lost = torch.bmm(back, torch.transpose(v, 1, 2))  # [n * g, r * t, t]
      if torch.numel(keep) > 0:
        kept = torch.view_as(torch.narrow(keep, 0, weight, count), p)
        seen = torch.mul(p, kept)
        torch.mul_(lost, kept)
      values = torch.bmm(torch.transpose(seen, 1, 2), back)  # [n * g, t, d]
      scores = torch._softmax_backward_data(lost, p, -1, p.dtype)
      queries = torch.baddbmm(q, scores, k, beta=0, alpha=scale)
      keys = torch.baddbmm(k, torch.transpose(scores, 1, 2), q, beta=0, alpha=scale)
      own = torch.narrow(out, 0, token, tokens[i])
      whole = torch.new_empty(qkv, [n * t, qkv.size(1)]) if padded else own
      parts = torch.split_with_sizes(torch.view(whole, [n, t, h + 2 * g, d]), [h, g, g], 2)
      torch.copy_(torch.view(parts[0], [n, t, g, r, d]), torch.permute(torch.view(queries, [n, g, r, t, d]), [0, 3, 1, 2, 4]))
      torch.copy_(parts[1], torch.transpose(torch.view(keys, [n, g, t, d]), 1, 2))
      torch.copy_(parts[2], torch.transpose(torch.view(values, [n, g, t, d]), 1, 2))
      if padded:
        torch.index_select(whole, 0, own_close, out=own)
        closed = closed + tokens[i]
      if torch.numel(cos) > 0:
        both = torch.narrow(torch.view(own, [tokens[i], h + 2 * g, d]), 1, 0, h + g)
        torch.copy_(both, self.turned(both, torch.narrow(cos, 0, token, tokens[i]), torch.neg(torch.narrow(sin, 0, token, tokens[i]))))
      token = token + tokens[i]
      weight = weight + count
      opened = opened + positions
    return out

  def opened(self, qkv: Tensor, cos: Tensor, sin: Tensor, open: Tensor, token: int, tokens: int, n: int, t: int, h: int, g: int) -> Tuple[Tensor, Tensor, Tensor]:
    # A block's tokens -> queries [n * g, r * t, d], keys and values [n * g, t, d]
    part = torch.narrow(qkv, 0, token, tokens)
    d = qkv.size(1) // (h + 2 * g)
    both = torch.narrow(part, 1, 0, (h + g) * d)
    values = torch.narrow(part, 1, (h + g) * d, g * d)
    if torch.numel(cos) > 0:
      turned = self.turned(torch.view(both, [tokens, h + g, d]), torch.narrow(cos, 0, token, tokens), torch.narrow(sin, 0, token, tokens))
      both = torch.view(turned, [tokens, (h + g) * d])
    if torch.numel(open) > 0:
      both = torch.index_select(both, 0, open)
      values = torch.index_select(values, 0, open)
    q = torch.view(torch.narrow(both, 1, 0, h * d), [n, t, g, h // g, d])
    k = torch.view(torch.narrow(both, 1, h * d, g * d), [n, t, g, d])
    v = torch.view(values, [n, t, g, d])
    q = torch.reshape(torch.permute(q, [0, 2, 3, 1, 4]), [n * g, h // g * t, d])
    k = torch.reshape(torch.transpose(k, 1, 2), [n * g, t, d])
    v = torch.reshape(torch.transpose(v, 1, 2), [n * g, t, d])
    return (q, k, v)

  def turned(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    # x [tokens, heads, d], cos, sin [tokens, d] -> x turned; with the negative of sin turned back
    out = torch.mul(x, torch.unsqueeze(cos, 1))
    low, high, = torch.chunk(x, 2, -1)
    turned_low, turned_high, = torch.chunk(out, 2, -1)
    half = torch.narrow(torch.unsqueeze(sin, 1), 2, 0, x.size(2) // 2)
    torch.addcmul_(turned_low, high, half, value=-1.0)
    torch.addcmul_(turned_high, low, half)
    return out

  def hide(self, scores: Tensor, mask: Tensor, window: int, causal: int) -> Tensor:
    # scores [n, h, t, t], in place; mask: empty, or [n * t] added to what a key gets
    t = scores.size(2)
    if causal != 0:  # padding stands behind a row's tokens, so none of them sees it
      seen = torch.tril(torch.ones([t, t], device=scores.device))
      if window > 0 and window < t:
        seen = torch.triu(seen, 1 - window)
      torch.add_(scores, torch.log(seen))  # 0, or minus infinity
    elif torch.numel(mask) > 0:
      torch.add_(scores, torch.view(mask, [scores.size(0), 1, 1, t]))
    return scores
