"""How near a motion is to what people do: figures of reaches and holds, beside people's."""
