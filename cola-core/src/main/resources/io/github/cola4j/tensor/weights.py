class K(Module):
  __parameters__ = []
  __buffers__ = []

  # held [out, in]: a matrix of 16-bit numbers; type: PyTorch's number of theirs
  # x [n, in], bias [out] or empty, gradient [n, out]

  def zeros(self, beside: Tensor, sizes: Tensor, type: Tensor) -> Tensor:
    shape: List[int] = sizes.tolist()
    return torch.new_zeros(beside, shape, dtype=int(type.item()))

  def rows(self, held: Tensor, range: Tensor) -> Tensor:
    ends: List[int] = range.tolist()
    return torch.slice(held, 0, ends[0], ends[1])

  def put(self, values: Tensor, held: Tensor) -> Tensor:
    # -> whether a number that was finite is so no more
    torch.copy_(held, values)
    return torch.any(torch.ne(torch.isfinite(values), torch.isfinite(held)))

  def round(self, values: Tensor, type: Tensor) -> Tensor:
    return torch.copy_(values, torch.to(values, int(type.item())))

  def widened(self, held: Tensor) -> Tensor:
    return torch.to(held, 6)  # 6: float32

  def product(self, x: Tensor, held: Tensor, bias: Tensor) -> Tensor:
    added: Optional[Tensor] = None
    if torch.numel(bias) > 0:
      added = bias
    return torch.linear(x, self.widened(held), added)

  def back(self, gradient: Tensor, held: Tensor) -> Tensor:
    return torch.matmul(gradient, self.widened(held))
