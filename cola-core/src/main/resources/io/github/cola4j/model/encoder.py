class K(Module):
  __parameters__ = []
  __buffers__ = []

  def embed(self, ids: Tensor, types: Tensor, positions: Tensor, word: Tensor, type: Tensor, position: Tensor) -> Tensor:
    # ids, types, positions [tokens] -> [tokens, hidden]
    x = torch.index_select(word, 0, ids)
    torch.add_(x, torch.index_select(type, 0, types))
    torch.add_(x, torch.index_select(position, 0, positions))
    return x

  def norm(self, x: Tensor, weight: Tensor, bias: Tensor, eps: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], weight, bias, float(eps.item()))

  def add_norm(self, h: Tensor, keep: Tensor, residual: Tensor, weight: Tensor, bias: Tensor, eps: Tensor) -> Tensor:
    # h, residual [n, hidden]; keep: empty, or [n * hidden] what h is multiplied with
    if torch.numel(keep) > 0:
      h = torch.mul(h, torch.view(keep, [h.size(0), h.size(1)]))
    return torch.layer_norm(torch.add(h, residual), [h.size(1)], weight, bias, float(eps.item()))

  def drop(self, x: Tensor, keep: Tensor) -> Tensor:
    if torch.numel(keep) > 0:
      x = torch.mul(x, torch.view_as(keep, x))
    return x

  def attend(self, qkv: Tensor, blocks: Tensor, open: Tensor, mask: Tensor, close: Tensor, heads: Tensor, keep: Tensor) -> Tensor:
    # qkv [tokens, 3 * hidden]: queries, keys, values side by side; blocks, open, mask, close: see AttentionPlan; -> [tokens, hidden]
    hidden = qkv.size(1) // 3
    h = int(heads.item())
    d = hidden // h
    scale = 1.0 / float(d) ** 0.5
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    weights: List[int] = []
    opened: List[int] = []
    closed: List[int] = []
    for i in range(len(rows)):
      padded = rows[i] * seqs[i] > tokens[i]
      weights.append(rows[i] * h * seqs[i] * seqs[i])
      opened.append(rows[i] * seqs[i] if padded else 0)
      closed.append(tokens[i] if padded else 0)
    parts = torch.split_with_sizes(qkv, tokens, 0)
    opens = torch.split_with_sizes(open, opened, 0)
    masks = torch.split_with_sizes(mask, opened, 0)
    closes = torch.split_with_sizes(close, closed, 0)
    keeps: List[Tensor] = []
    if torch.numel(keep) > 0:
      keeps = torch.split_with_sizes(keep, weights, 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      n = rows[i]
      t = seqs[i]
      part = parts[i]
      bias = torch.new_zeros(mask, [1, 1, 1])
      if opened[i] > 0:
        part = torch.index_select(part, 0, opens[i])
        bias = torch.reshape(torch.expand(torch.view(masks[i], [n, 1, 1, t]), [n, h, 1, t]), [n * h, 1, t])
      part = torch.permute(torch.view(part, [n, t, 3, h, d]), [2, 0, 3, 1, 4])
      q, k, v, = torch.unbind(torch.reshape(part, [3, n * h, t, d]), 0)
      p = torch.softmax(torch.baddbmm(bias, q, torch.transpose(k, 1, 2), beta=1, alpha=scale), -1)
      if len(keeps) > 0:
        p = torch.mul(p, torch.view(keeps[i], [n * h, t, t]))
      context = torch.transpose(torch.view(torch.bmm(p, v), [n, h, t, d]), 1, 2)
      context = torch.reshape(context, [n * t, hidden])
      if opened[i] > 0:
        context = torch.index_select(context, 0, closes[i])
      out.append(context)
    return torch.cat(out, 0)

  def attend_first(self, q: Tensor, kv: Tensor, blocks: Tensor, open: Tensor, mask: Tensor, heads: Tensor, keep: Tensor) -> Tensor:
    # q [rows, hidden]: the first token's query of each row; kv [tokens, 2 * hidden]; -> [rows, hidden]
    hidden = q.size(1)
    h = int(heads.item())
    d = hidden // h
    scale = 1.0 / float(d) ** 0.5
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    weights: List[int] = []
    opened: List[int] = []
    for i in range(len(rows)):
      weights.append(rows[i] * h * seqs[i])
      opened.append(rows[i] * seqs[i] if rows[i] * seqs[i] > tokens[i] else 0)
    queries = torch.split_with_sizes(q, rows, 0)
    parts = torch.split_with_sizes(kv, tokens, 0)
    opens = torch.split_with_sizes(open, opened, 0)
    masks = torch.split_with_sizes(mask, opened, 0)
    keeps: List[Tensor] = []
    if torch.numel(keep) > 0:
      keeps = torch.split_with_sizes(keep, weights, 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      n = rows[i]
      t = seqs[i]
      part = parts[i]
      bias = torch.new_zeros(mask, [1, 1, 1])
      if opened[i] > 0:
        part = torch.index_select(part, 0, opens[i])
        bias = torch.reshape(torch.expand(torch.view(masks[i], [n, 1, 1, t]), [n, h, 1, t]), [n * h, 1, t])
      part = torch.permute(torch.view(part, [n, t, 2, h, d]), [2, 0, 3, 1, 4])
      k, v, = torch.unbind(torch.reshape(part, [2, n * h, t, d]), 0)
      query = torch.view(queries[i], [n * h, 1, d])
      p = torch.softmax(torch.baddbmm(bias, query, torch.transpose(k, 1, 2), beta=1, alpha=scale), -1)
      if len(keeps) > 0:
        p = torch.mul(p, torch.view(keeps[i], [n * h, 1, t]))
      out.append(torch.view(torch.bmm(p, v), [n, hidden]))
    return torch.cat(out, 0)

  def first(self, x: Tensor, firsts: Tensor) -> Tensor:
    return torch.index_select(x, 0, firsts)

  def gelu(self, x: Tensor) -> Tensor:
    return torch.gelu(x)
