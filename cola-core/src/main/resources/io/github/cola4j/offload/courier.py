class K(Module):
  __parameters__ = []
  __buffers__ = []

  # worst: the largest relative error of an array so far, float32

  def bytes(self, x: Tensor) -> Tensor:
    return torch.tensor(x.numel() * x.element_size())

  def error(self, sent: Tensor, x: Tensor, worst: Tensor) -> Tensor:
    error = torch.div(torch.norm(torch.sub(sent, x)), torch.clamp_min(torch.norm(x), 1e-30))
    return torch.maximum(worst, torch.to(error, 6))  # 6: float32

  def bfloat16(self, x: Tensor, worst: Tensor) -> Tuple[Tensor, Tensor]:
    sent = torch.to(x, 15)  # 15: bfloat16
    return (sent, self.error(torch.to(sent, x), x, worst))

  def bfloat16_opened(self, sent: Tensor, like: Tensor) -> Tensor:
    return torch.to(sent, like)

  def int8(self, x: Tensor, worst: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    # x [n, ...] -> values of x's shape, and what one step is in each row [n, 1, ...]
    over: List[int] = []
    for i in range(1, x.dim()):
      over.append(i)
    steps = torch.clamp_min(torch.div(torch.amax(torch.abs(x), over, True), 127.0), 1e-30)
    sent = torch.to(torch.round(torch.div(x, steps)), 1)  # 1: int8
    return (sent, steps, self.error(self.int8_opened(sent, steps), x, worst))

  def int8_opened(self, sent: Tensor, steps: Tensor) -> Tensor:
    return torch.mul(sent, steps)

  def moved(self, x: Tensor, there: Tensor) -> Tensor:
    return torch.to(x, ops.prim.device(there))

  def leaving(self, x: Tensor) -> Tensor:
    # from a GPU to pinned memory; the copy is made while the caller goes on
    there = torch.empty_like(x, device=torch.device("cpu"), pin_memory=True)
    return torch.copy_(there, x, True)
