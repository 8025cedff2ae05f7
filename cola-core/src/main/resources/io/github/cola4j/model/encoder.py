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

  def attend(self, qkv: Tensor, runs: Tensor, heads: Tensor, keep: Tensor) -> Tensor:
    # qkv [tokens, 3 * hidden]: queries, keys, values side by side; runs [n, 2]: rows, tokens of each; -> [tokens, hidden]
    hidden = qkv.size(1) // 3
    h = int(heads.item())
    d = hidden // h
    scale = 1.0 / float(d) ** 0.5
    nothing = torch.new_zeros(qkv, [1])
    counts: List[int] = runs.select(1, 0).tolist()
    lengths: List[int] = runs.select(1, 1).tolist()
    sizes: List[int] = []
    drawn: List[int] = []
    for i in range(len(counts)):
      sizes.append(counts[i] * lengths[i])
      drawn.append(counts[i] * h * lengths[i] * lengths[i])
    parts = torch.split_with_sizes(qkv, sizes, 0)
    keeps: List[Tensor] = []
    if torch.numel(keep) > 0:
      keeps = torch.split_with_sizes(keep, drawn, 0)
    out: List[Tensor] = []
    for i in range(len(counts)):
      n = counts[i]
      t = lengths[i]
      rows = torch.permute(torch.view(parts[i], [n, t, 3, h, d]), [2, 0, 3, 1, 4])
      q, k, v, = torch.unbind(torch.reshape(rows, [3, n * h, t, d]), 0)
      p = torch.softmax(torch.baddbmm(nothing, q, torch.transpose(k, 1, 2), beta=0, alpha=scale), -1)
      if len(keeps) > 0:
        p = torch.mul(p, torch.view(keeps[i], [n * h, t, t]))
      context = torch.view(torch.bmm(p, v), [n, h, t, d])
      out.append(torch.reshape(torch.transpose(context, 1, 2), [n * t, hidden]))
    return torch.cat(out, 0)

  def attend_first(self, q: Tensor, kv: Tensor, runs: Tensor, heads: Tensor, keep: Tensor) -> Tensor:
    # q [rows, hidden]: the first token's query of each row; kv [tokens, 2 * hidden]; -> [rows, hidden]
    hidden = q.size(1)
    h = int(heads.item())
    d = hidden // h
    scale = 1.0 / float(d) ** 0.5
    nothing = torch.new_zeros(q, [1])
    counts: List[int] = runs.select(1, 0).tolist()
    lengths: List[int] = runs.select(1, 1).tolist()
    sizes: List[int] = []
    drawn: List[int] = []
    for i in range(len(counts)):
      sizes.append(counts[i] * lengths[i])
      drawn.append(counts[i] * h * lengths[i])
    queries = torch.split_with_sizes(q, counts, 0)
    parts = torch.split_with_sizes(kv, sizes, 0)
    keeps: List[Tensor] = []
    if torch.numel(keep) > 0:
      keeps = torch.split_with_sizes(keep, drawn, 0)
    out: List[Tensor] = []
    for i in range(len(counts)):
      n = counts[i]
      t = lengths[i]
      rows = torch.permute(torch.view(parts[i], [n, t, 2, h, d]), [2, 0, 3, 1, 4])
      k, v, = torch.unbind(torch.reshape(rows, [2, n * h, t, d]), 0)
      query = torch.view(queries[i], [n * h, 1, d])
      p = torch.softmax(torch.baddbmm(nothing, query, torch.transpose(k, 1, 2), beta=0, alpha=scale), -1)
      if len(keeps) > 0:
        p = torch.mul(p, torch.view(keeps[i], [n * h, 1, t]))
      out.append(torch.view(torch.bmm(p, v), [n, hidden]))
    return torch.cat(out, 0)

  def first(self, x: Tensor, firsts: Tensor) -> Tensor:
    return torch.index_select(x, 0, firsts)

  def gelu(self, x: Tensor) -> Tensor:
    return torch.gelu(x)
